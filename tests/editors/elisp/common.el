;;; common.el --- what every test in Emacs begins with -*- lexical-binding: t; -*-

(require 'cl-lib)
(require 'flymake)

;; There is no compiler beside this Emacs.
(setq native-comp-jit-compilation nil
      native-comp-enable-subr-trampolines nil)

(setq make-backup-files nil
      auto-save-default nil
      create-lockfiles nil
      eglot-sync-connect 30
      eglot-autoshutdown nil
      eglot-confirm-server-edits nil
      eglot-confirm-server-initiated-edits nil
      eglot-send-changes-idle-time 0
      flymake-no-changes-timeout 0.1)

(defvar patience 60 "Seconds after which a test gives up.")

(defun wait-for (what condition)
  "Let Emacs go on until CONDITION holds; WHAT names it."
  (let ((end (+ (float-time) patience)))
    (while (not (funcall condition))
      (when (> (float-time) end)
        (error "Never: %s; marks: %S; told: %s" what (marks)
               (with-current-buffer (messages-buffer) (buffer-string))))
      ;; Emacs is never idle while a script runs, so what Eglot does when idle is done here.
      (when (bound-and-true-p eglot--managed-mode) (eglot--signal-textDocument/didChange))
      (sit-for 0.05))))

(defun marks ()
  "Rule and words of every mark in this buffer, from its start to its end."
  (when (bound-and-true-p flymake-mode)
    (flymake-start)
    (mapcar (lambda (mark)
              ;; Marks from before an edit may reach past the end.
              (buffer-substring-no-properties (min (flymake-diagnostic-beg mark) (point-max))
                                              (min (flymake-diagnostic-end mark) (point-max))))
            (sort (flymake-diagnostics) (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b)))))))

(defun expect (what actual expected)
  (unless (equal actual expected)
    (error "%s: %S, not %S" what actual expected)))

(defun faces-at (words)
  "The faces of the marks on WORDS."
  (save-excursion
    (goto-char (point-min))
    (search-forward words)
    (let (faces)
      (dolist (overlay (overlays-at (match-beginning 0)) faces)
        (let ((face (overlay-get overlay 'face)))
          (setq faces (append (if (listp face) face (list face)) faces)))))))

(defun learn-a-voice ()
  "Learn from texts, and answer what is asked about what was found in them."
  (let ((texts (expand-file-name "my texts" (getenv "HOME")))
        (pack (expand-file-name ".config/unmid/packs/bea.toml" (getenv "HOME")))
        banned stopped)
    (make-directory texts)
    (dotimes (number 3)
      (with-temp-file (format "%s/%d.md" texts number)
        (dotimes (line 60)
          (insert (format "On day %d we rowed to the weir and back before the rain.\n\n" (+ (* 100 number) line))))))
    (cl-letf (((symbol-function 'completing-read)
               (lambda (prompt &rest _)
                 (cond (banned (setq stopped t) "Stop asking")
                       ((string-match-p "unmid, bea, . of 5: Ban “back before the rain”" prompt) (setq banned t) "Ban")
                       (t "Later")))))
      (unmid-learn "bea" texts)
      (wait-for "the questions" (lambda () stopped)))
    (with-temp-buffer
      (insert-file-contents pack)
      (expect "what was learned" (and (search-forward "[baseline]" nil t) t) t)
      (goto-char (point-min))
      (expect "the answer is written" (and (search-forward "[ban]\n\"back before the rain\"" nil t) t) t))
    (expect "told" (and (string-match-p "learned from 3 texts" (with-current-buffer (messages-buffer) (buffer-string))) t) t)
    (expect "by whom drafts are judged" (plist-get unmid-settings :author) "bea")
    (unmid-configure nil)))

(defun run-round (file)
  "Load FILE; write to the file $RESULT how it went, and leave."
  (let ((result (condition-case problem
                    (progn (load file nil t t) "round complete")
                  (error (error-message-string problem)))))
    (write-region (concat result "\n\n" (with-current-buffer (messages-buffer) (buffer-string))) nil (getenv "RESULT"))
    (let ((kill-emacs-hook nil)) (kill-emacs))))

(provide 'common)
